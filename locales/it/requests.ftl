### Requests: what waits for a decision, the decision, and how it is told; freezing of helpers.

frost-ask-freeze = Chi non deve più poter fare nulla qui, da subito? Le richieste in attesa di questo membro decadono.
frost-ask-unfreeze = Chi deve poter lavorare di nuovo qui?
frost-done-freeze =
    { $count ->
        [0] L’accesso di { $member } è sospeso. Non c’erano richieste in attesa.
        [one] L’accesso di { $member } è sospeso. { $count } richiesta in attesa è decaduta.
       *[other] L’accesso di { $member } è sospeso. { $count } richieste in attesa sono decadute.
    }
frost-done-unfreeze = { $member } può di nuovo lavorare qui. Le richieste decadute restano tali.
frost-heading = Sospensione di un membro
frost-member-placeholder = Scegliere un membro
request-answer-denied = { $member }: la richiesta { $number } è stata respinta da { $decider }. `/requests state:denied mine:True` mostra il motivo.
request-answer-executed = { $member }: la richiesta { $number } è stata approvata da { $decider } ed eseguita.
request-answer-expired = { $member }: la richiesta { $number } è scaduta senza decisione. Nulla è stato modificato; se serve, ne faccia una nuova.
request-answer-failed = { $member }: la richiesta { $number } è stata approvata da { $decider }, ma non è stato possibile eseguirla. `/requests state:failed mine:True` mostra il motivo.
request-answer-void = { $member }: la richiesta { $number } è decaduta e non è stata eseguita. `/requests state:void mine:True` mostra il motivo.
request-approve-label = Approvare
request-approved-by = Approvata da { $decider }, { $at }
request-approved-text = La richiesta { $number } è approvata ed eseguita; la persona che l’ha fatta viene informata.
request-birth-date = Data di nascita
request-by = Richiesto da
request-card-call = { $role }: una richiesta attende la Sua decisione.
request-denial = Motivo del rifiuto
request-denied-by = Respinta da { $decider }, { $at }
request-deny-label = Respingere
request-details-label = Dettagli
request-email-now = Indirizzo e-mail attuale
request-end = Risultato
request-ended-at = Conclusa senza decisione, { $at }
request-fiscal-code = Codice fiscale
request-flag-helper =
    { $count ->
        [one] ⚠ Richieste per { $count } persona in 24 ore dallo stesso membro
       *[other] ⚠ Richieste per { $count } persone in 24 ore dallo stesso membro
    }
request-flag-person =
    { $count ->
        [one] ⚠ { $count } richiesta per questa persona in 24 ore
       *[other] ⚠ { $count } richieste per questa persona in 24 ore
    }
request-flags = Da verificare con attenzione
request-heading = Richiesta { $number }: { $state }
request-no-card-channel-forbidden = Non è stato possibile pubblicare la scheda nel canale delle approvazioni: il bot non può scriverci. La richiesta attende comunque; i superuser la trovano con `/requests`. Lo segnali al servizio tecnico.
request-no-card-channel-missing = Non c’è un canale delle approvazioni in cui pubblicare la scheda. La richiesta attende comunque; i superuser la trovano con `/requests`. Lo segnali al servizio tecnico.
request-nobody = nessuno
request-reminder = { $role }: la richiesta { $number } attende ancora una decisione; scade { $until }.
request-rule = Perché serve un’approvazione
request-rule-address-changed = L’indirizzo è stato modificato di recente dal servizio di assistenza; deve approvare un’altra persona con ruolo superuser.
request-rule-four-eyes = Per questa operazione vale qui il principio dei quattro occhi.
request-rule-other-scopes = L’account appartiene anche ad ambiti fuori dalla competenza di chi fa la richiesta.
request-rule-privileged-group = L’account fa parte di un gruppo privilegiato; deve approvare un’altra persona con ruolo superuser.
request-rule-staff = Ciò che l’assistenza vuole modificare viene approvato dai superuser.
request-rule-team-account = L’account è di una persona che lavora qui; deve approvare un’altra persona con ruolo superuser.
request-state-approved = ☑ approvata
request-state-cancelled = ↩ ritirata
request-state-denied = ⛔ respinta
request-state-executed = ✅ approvata ed eseguita
request-state-expired = ⌛ scaduta
request-state-failed = ❗ approvata, ma non eseguibile
request-state-requested = ⏳ in attesa di decisione
request-state-void = ⚠ decaduta
request-take-back-label = Ritirare la richiesta
request-until = Da decidere entro
request-whom = Persona interessata
request-why = Motivo: { $why }
requested-heading = Richiesta { $number } registrata
requested-text = Nulla viene modificato o inviato prima dell’approvazione. Decide: { $role }, al più tardi { $until }. Saprà il risultato in questo canale; `/requests mine:True` mostra a che punto è.
requests-heading = Richieste
requests-mine-heading = Le Sue richieste
requests-newest-label = Le più recenti
requests-none = Qui non ci sono richieste.
requests-older-label = Meno recenti
requests-pick-placeholder = Aprire una richiesta
requests-state = Selezione: { $state }
requests-state-placeholder = Mostrare altre richieste
