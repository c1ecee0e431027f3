### Answers after something was done, and small words that several texts share.

cancelled-heading = Abgebrochen
cancelled-text = Es wurde nichts geändert und nichts gesendet.
done-address-corrected = Die E-Mail-Adresse ist korrigiert.
done-card-label = Konto anzeigen
done-carry-over = Hier erfasst; noch nachzutragen in: { $system }.
done-correct-address = Eine E-Mail konnte nicht gesendet werden. Bitte prüfen Sie die Adresse mit der Person. Ist sie falsch, korrigieren Sie sie; ist sie richtig, senden Sie später nochmals.
done-heading = Erledigt: { $name }
done-mail-failed-heading = E-Mail konnte nicht gesendet werden: { $name }
done-mail-waiting-heading = Erledigt, E-Mail noch nicht gesendet: { $name }
done-replace-account = Eine E-Mail konnte nicht gesendet werden. Ist die Adresse richtig, senden Sie bitte später nochmals. Ist sie falsch, lässt sie sich nicht ändern: Wer das Konto der Unterkunft verwaltet, erstellt ein Ersatzkonto mit der richtigen Adresse.
done-unlocked = Das Konto ist entsperrt.
failed-heading = Etwas ist schiefgegangen
failed-text = Das wurde nicht ausgeführt, und es wurde nichts geändert. Bitte versuchen Sie es nochmals. Tritt der Fehler wieder auf, melden Sie dem technischen Betrieb diese Fehlernummer: { $id }
refused-heading = Nicht ausgeführt
role-none = (keine Rolle eingerichtet)
uncertain-heading = Nicht sicher, ob das ausgeführt wurde
uncertain-text = Die Datenbank hat das nicht rechtzeitig bestätigt. Es wurde vielleicht ausgeführt, vielleicht nicht. Bitte zeigen Sie das Konto nochmals an, bevor Sie es wieder versuchen, und melden Sie dem technischen Betrieb diese Fehlernummer: { $id }
