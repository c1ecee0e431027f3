### The card of an account.

card-codes = Unbenutzte Codes
card-correct-address-label = Adresse korrigieren
card-credentials-label = Neue Zugangsdaten
card-email = E-Mail-Adresse
card-groups = Gruppen
card-heading = Konto von { $name }
card-lock = Sperre
card-mail = E-Mail an die Person
card-no-codes = Kein unbenutzter Code
card-no-email = Keine E-Mail-Adresse
card-no-groups = Keine Gruppe
card-no-mail = Keine E-Mail
card-password = Ablauf des Passworts
card-refresh-label = Aktualisieren
card-resend-code-label = Code erneut senden
card-reset-label = Link für neues Passwort
card-responsible = Zuständig
card-scope = Bereich
card-send-username-label = Benutzernamen senden
card-state = Status
card-timeline-label = Protokoll
card-unlock-and-credentials-label = Entsperren, neue Zugangsdaten
card-unlock-and-reset-label = Entsperren und Link senden
card-unlock-label = Entsperren
card-username = Benutzername
code-expired = { $code }: abgelaufen am { $expires }, gesendet am { $sent }
code-invitation = Einladungslink
code-onboarding = Aktivierungscode
code-open = { $code }: gültig bis { $expires }, gesendet am { $sent }
code-pin = PIN (6 Ziffern)
code-reset-link = Link für ein neues Passwort
code-temporary-password = Temporäres Passwort
code-unsent = { $code }: noch nicht gesendet
code-verification = Bestätigungscode
letter-credentials = Temporäres Passwort und PIN
letter-notice-address-replaced = Mitteilung an die ersetzte Adresse
letter-notice-unlocked = Mitteilung über die Entsperrung
letter-onboarding-code = Aktivierungscode
letter-reminder = Erinnerung an einen Code
letter-request-waiting = Hinweis zu einem wartenden Antrag
letter-reset-link = Link für ein neues Passwort
letter-state-accepted = { $letter }: vom Mailserver angenommen am { $at }
letter-state-dead = { $letter }: nicht gesendet, aufgegeben am { $at }
letter-state-recipient-refused = { $letter }: Adresse vom Mailserver abgelehnt am { $at }
letter-state-void = { $letter }: nicht gesendet, da nicht mehr gültig, { $at }
letter-state-waiting = { $letter }: noch nicht gesendet, wartet seit { $at }
letter-username = Benutzername
lock-locked = Gesperrt seit { $since }
lock-locked-import = Gesperrt laut der Verzeichnisdatei, importiert am { $since }
lock-open =
    { $failed ->
        [0] Nicht gesperrt
        [one] Nicht gesperrt, { $failed } fehlgeschlagene Anmeldung
       *[other] Nicht gesperrt, { $failed } fehlgeschlagene Anmeldungen in Folge
    }
lock-unknown = Nicht bekannt, ob gesperrt: noch keine Anmeldung gemeldet, keine Angabe im Verzeichnis
password-expired = Abgelaufen am { $date }
password-expires = Gültig bis { $date }
password-no-expiry = Kein Datum erfasst
state-active = Aktiv
state-deactivated = Deaktiviert
state-invited = Eingeladen, nie aktiviert
state-unknown = Nicht bekannt: keine Angabe im Verzeichnis
