### Answers after something was done, and small words that several texts share.

cancelled-heading = Annulé
cancelled-text = Rien n’a été modifié ni envoyé.
done-address-corrected = L’adresse e-mail a été corrigée.
done-card-label = Afficher le compte
done-carry-over = Enregistré ici ; à reporter dans : { $system }.
done-correct-address = Un e-mail n’a pas pu être envoyé. Veuillez vérifier l’adresse avec la personne. Si elle est fausse, corrigez-la ; si elle est juste, renvoyez plus tard.
done-heading = C’est fait : { $name }
done-mail-failed-heading = E-mail impossible à envoyer : { $name }
done-mail-waiting-heading = C’est fait, e-mail pas encore envoyé : { $name }
done-replace-account = Un e-mail n’a pas pu être envoyé. Si l’adresse est juste, veuillez renvoyer plus tard. Si elle est fausse, elle ne peut pas être modifiée : l’administration du compte de l’hébergement crée un compte de remplacement avec l’adresse correcte.
done-unlocked = Le compte est déverrouillé.
failed-heading = Un problème est survenu
failed-text = L’opération n’a pas été exécutée et rien n’a été modifié. Veuillez réessayer. Si le problème persiste, communiquez ce numéro d’erreur à l’équipe d’exploitation : { $id }
refused-heading = Non exécuté
role-none = (aucun rôle configuré)
uncertain-heading = Pas certain que l’opération ait été exécutée
uncertain-text = La base de données ne l’a pas confirmée à temps. L’opération a peut-être été exécutée, peut-être pas. Veuillez afficher à nouveau le compte avant de réessayer, et communiquez ce numéro d’erreur à l’équipe d’exploitation : { $id }
