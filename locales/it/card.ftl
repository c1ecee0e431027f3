### The card of an account.

card-codes = Codici non utilizzati
card-correct-address-label = Correggere l’indirizzo
card-credentials-label = Nuove credenziali
card-email = Indirizzo e-mail
card-groups = Gruppi
card-heading = Account di { $name }
card-lock = Blocco
card-mail = E-mail alla persona
card-no-codes = Nessun codice non utilizzato
card-no-email = Nessun indirizzo e-mail
card-no-groups = Nessun gruppo
card-no-mail = Nessuna e-mail
card-password = Scadenza della password
card-refresh-label = Aggiornare
card-resend-code-label = Inviare di nuovo un codice
card-reset-label = Link per una nuova password
card-responsible = Responsabilità
card-scope = Ambito
card-send-username-label = Inviare il nome utente
card-state = Stato
card-timeline-label = Registro dei controlli
card-unlock-and-credentials-label = Sbloccare, nuove credenziali
card-unlock-and-reset-label = Sbloccare e inviare il link
card-unlock-label = Sbloccare
card-username = Nome utente
code-expired = { $code }: scadenza già superata ({ $expires }), invio { $sent }
code-invitation = Link di invito
code-onboarding = Codice di attivazione
code-open = { $code }: scadenza { $expires }, invio { $sent }
code-pin = PIN (6 cifre)
code-reset-link = Link per una nuova password
code-temporary-password = Password temporanea
code-unsent = { $code }: invio non ancora avvenuto
code-verification = Codice di verifica
letter-credentials = Password temporanea e PIN
letter-notice-address-replaced = Avviso all’indirizzo sostituito
letter-notice-unlocked = Avviso di sblocco
letter-onboarding-code = Codice di attivazione
letter-reminder = Promemoria di un codice
letter-request-waiting = Avviso su una richiesta in attesa
letter-reset-link = Link per una nuova password
letter-state-accepted = { $letter }: e-mail accettata dal server di posta in data { $at }
letter-state-dead = { $letter }: e-mail non inviata, tentativi interrotti in data { $at }
letter-state-recipient-refused = { $letter }: indirizzo rifiutato dal server di posta in data { $at }
letter-state-void = { $letter }: e-mail non inviata perché non più valida, { $at }
letter-state-waiting = { $letter }: e-mail non ancora inviata, in attesa; richiesta: { $at }
letter-username = Nome utente
lock-locked = Bloccato; inizio del blocco: { $since }
lock-locked-import = Bloccato secondo il file della rubrica importato in data { $since }
lock-open =
    { $failed ->
        [0] Non bloccato
        [one] Non bloccato, { $failed } accesso fallito
       *[other] Non bloccato, { $failed } accessi falliti di seguito
    }
lock-unknown = Non è noto se sia bloccato: nessun accesso segnalato finora, nessuna indicazione nell’elenco
password-expired = Scaduta in data { $date }
password-expires = Valida, scadenza { $date }
password-no-expiry = Nessuna data registrata
state-active = Attivo
state-deactivated = Disattivato
state-invited = Invitato, mai attivato
state-unknown = Non noto: nessuna indicazione nell’elenco
