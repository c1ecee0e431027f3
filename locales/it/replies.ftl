### Answers after something was done, and small words that several texts share.

cancelled-heading = Annullato
cancelled-text = Nulla è stato modificato né inviato.
done-address-corrected = L’indirizzo e-mail è stato corretto.
done-card-label = Mostrare l’account
done-carry-over = Registrato qui; da riportare in: { $system }.
done-correct-address = Non è stato possibile inviare un’e-mail. Verifichi l’indirizzo con la persona. Se è sbagliato, lo corregga; se è giusto, invii di nuovo più tardi.
done-heading = Fatto: { $name }
done-mail-failed-heading = Impossibile inviare l’e-mail: { $name }
done-mail-waiting-heading = Fatto, e-mail non ancora inviata: { $name }
done-replace-account = Non è stato possibile inviare un’e-mail. Se l’indirizzo è giusto, invii di nuovo più tardi. Se è sbagliato, non può essere modificato: chi amministra l’account della struttura crea un account sostitutivo con l’indirizzo giusto.
done-unlocked = L’account è sbloccato.
failed-heading = Si è verificato un problema
failed-text = L’operazione non è stata eseguita e nulla è stato modificato. Provi di nuovo. Se il problema si ripete, comunichi alla gestione tecnica questo numero di errore: { $id }
refused-heading = Non eseguito
role-none = (nessun ruolo configurato)
uncertain-heading = Non è certo che l’operazione sia stata eseguita
uncertain-text = La banca dati non l’ha confermata in tempo. L’operazione è stata forse eseguita, forse no. Visualizzi di nuovo l’account prima di riprovare, e comunichi alla gestione tecnica questo numero di errore: { $id }
