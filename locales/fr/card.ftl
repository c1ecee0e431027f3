### The card of an account.

card-codes = Codes non utilisés
card-correct-address-label = Corriger l’adresse
card-credentials-label = Nouvelles données d’accès
card-email = Adresse e-mail
card-groups = Groupes
card-heading = Compte : { $name }
card-lock = Verrou
card-mail = E-mail à la personne
card-no-codes = Aucun code non utilisé
card-no-email = Aucune adresse e-mail
card-no-groups = Aucun groupe
card-no-mail = Aucun e-mail
card-password = Échéance du mot de passe
card-refresh-label = Actualiser
card-resend-code-label = Renvoyer un code
card-reset-label = Lien de nouveau mot de passe
card-responsible = Responsabilité
card-scope = Périmètre
card-send-username-label = Envoyer le nom d’utilisateur
card-state = État
card-timeline-label = Journal de contrôle
card-unlock-and-credentials-label = Déverrouiller, nouvel accès
card-unlock-and-reset-label = Déverrouiller, envoyer le lien
card-unlock-label = Déverrouiller
card-username = Nom d’utilisateur
code-expired = { $code } : échéance le { $expires } (dépassée), envoi le { $sent }
code-invitation = Lien d’invitation
code-onboarding = Code d’activation
code-open = { $code } : valable jusqu’au { $expires }, envoi le { $sent }
code-pin = Code PIN (6 chiffres)
code-reset-link = Lien pour un nouveau mot de passe
code-temporary-password = Mot de passe temporaire
code-unsent = { $code } : pas encore envoyé
code-verification = Code de vérification
letter-credentials = Mot de passe temporaire et code PIN
letter-notice-address-replaced = Avis à l’adresse remplacée
letter-notice-unlocked = Avis de déverrouillage
letter-onboarding-code = Code d’activation
letter-reminder = Rappel d’un code
letter-request-waiting = Avis sur une demande en attente
letter-reset-link = Lien pour un nouveau mot de passe
letter-state-accepted = { $letter } : e-mail accepté par le serveur de messagerie le { $at }
letter-state-dead = { $letter } : e-mail non envoyé, abandonné le { $at }
letter-state-recipient-refused = { $letter } : adresse refusée par le serveur de messagerie le { $at }
letter-state-void = { $letter } : e-mail non envoyé car plus valable, { $at }
letter-state-waiting = { $letter } : e-mail pas encore envoyé, en attente depuis le { $at }
letter-username = Nom d’utilisateur
lock-locked = Verrouillé depuis le { $since }
lock-locked-import = Verrouillé selon le fichier d’annuaire importé le { $since }
lock-open =
    { $failed ->
        [0] Non verrouillé
        [one] Non verrouillé, { $failed } échec de connexion
       *[other] Non verrouillé, { $failed } échecs de connexion de suite
    }
lock-unknown = État du verrou non connu : aucune connexion signalée jusqu’ici, aucune indication dans l’annuaire
password-expired = Échu le { $date }
password-expires = Valable jusqu’au { $date }
password-no-expiry = Aucune date enregistrée
state-active = Actif
state-deactivated = Désactivé
state-invited = Invité, jamais activé
state-unknown = Non connu : aucune indication dans l’annuaire
