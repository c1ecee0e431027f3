### Requests: what waits for a decision, the decision, and how it is told; freezing of helpers.

frost-ask-freeze = Wer soll hier sofort nichts mehr tun können? Wartende Anträge dieses Mitglieds werden hinfällig.
frost-ask-unfreeze = Wer soll hier wieder arbeiten können?
frost-done-freeze =
    { $count ->
        [0] { $member } ist gesperrt. Es wartete kein Antrag.
        [one] { $member } ist gesperrt. { $count } wartender Antrag ist hinfällig.
       *[other] { $member } ist gesperrt. { $count } wartende Anträge sind hinfällig.
    }
frost-done-unfreeze = { $member } kann hier wieder arbeiten. Hinfällige Anträge bleiben hinfällig.
frost-heading = Sperre eines Mitglieds
frost-member-placeholder = Mitglied auswählen
request-answer-denied = { $member }: Antrag { $number } wurde von { $decider } abgelehnt. Den Grund zeigt `/requests state:denied mine:True`.
request-answer-executed = { $member }: Antrag { $number } wurde von { $decider } freigegeben und ist ausgeführt.
request-answer-expired = { $member }: Antrag { $number } ist ohne Entscheidung abgelaufen. Es wurde nichts geändert; bei Bedarf bitte neu beantragen.
request-answer-failed = { $member }: Antrag { $number } wurde von { $decider } freigegeben, konnte aber nicht ausgeführt werden. Den Grund zeigt `/requests state:failed mine:True`.
request-answer-void = { $member }: Antrag { $number } ist hinfällig und wurde nicht ausgeführt. Den Grund zeigt `/requests state:void mine:True`.
request-approve-label = Freigeben
request-approved-by = Freigegeben von { $decider }, { $at }
request-approved-text = Antrag { $number } ist freigegeben und ausgeführt; wer ihn gestellt hat, wird benachrichtigt.
request-birth-date = Geburtsdatum
request-by = Beantragt von
request-card-call = { $role }: Ein Antrag wartet auf Ihre Entscheidung.
request-denial = Grund der Ablehnung
request-denied-by = Abgelehnt von { $decider }, { $at }
request-deny-label = Ablehnen
request-details-label = Einzelheiten
request-email-now = E-Mail-Adresse jetzt
request-end = Ergebnis
request-ended-at = Beendet ohne Entscheidung, { $at }
request-fiscal-code = Steuernummer
request-flag-helper =
    { $count ->
        [one] ⚠ Anträge für { $count } Person innert 24 Stunden vom selben Mitglied
       *[other] ⚠ Anträge für { $count } Personen innert 24 Stunden vom selben Mitglied
    }
request-flag-person =
    { $count ->
        [one] ⚠ { $count } Antrag zu dieser Person innert 24 Stunden
       *[other] ⚠ { $count } Anträge zu dieser Person innert 24 Stunden
    }
request-flags = Bitte besonders prüfen
request-heading = Antrag { $number }: { $state }
request-no-card-channel-forbidden = Die Karte konnte im Kanal für Freigaben nicht angezeigt werden: Der Bot darf dort nicht schreiben. Der Antrag wartet trotzdem; Superuser finden ihn mit `/requests`. Bitte melden Sie es dem technischen Betrieb.
request-no-card-channel-missing = Es gibt keinen Kanal für Freigaben, in dem die Karte stehen könnte. Der Antrag wartet trotzdem; Superuser finden ihn mit `/requests`. Bitte melden Sie es dem technischen Betrieb.
request-nobody = niemand
request-reminder = { $role }: Antrag { $number } wartet noch auf eine Entscheidung; Ablauf: { $until }.
request-rule = Weshalb es eine Freigabe braucht
request-rule-address-changed = Die Adresse wurde kürzlich von der Supportstelle geändert; jemand anderes mit Superuser-Rolle muss zustimmen.
request-rule-four-eyes = Für diese Aktion gilt hier das Vier-Augen-Prinzip.
request-rule-other-scopes = Das Konto gehört auch zu Bereichen, für die die antragstellende Person keine Befugnis hat.
request-rule-privileged-group = Das Konto gehört zu einer privilegierten Gruppe; jemand anderes mit Superuser-Rolle muss zustimmen.
request-rule-staff = Was der Support ändern möchte, geben Superuser frei.
request-rule-team-account = Das Konto gehört einer Person, die hier arbeitet; jemand anderes mit Superuser-Rolle muss zustimmen.
request-state-approved = ☑ freigegeben
request-state-cancelled = ↩ zurückgezogen
request-state-denied = ⛔ abgelehnt
request-state-executed = ✅ freigegeben und ausgeführt
request-state-expired = ⌛ abgelaufen
request-state-failed = ❗ freigegeben, aber nicht ausführbar
request-state-requested = ⏳ wartet auf Entscheidung
request-state-void = ⚠ hinfällig
request-take-back-label = Antrag zurückziehen
request-until = Zu entscheiden bis
request-whom = Betroffene Person
request-why = Grund: { $why }
requested-heading = Antrag { $number } ist gestellt
requested-text = Bis zur Freigabe wird nichts geändert oder gesendet. Es entscheiden: { $role }, spätestens { $until }. Das Ergebnis erfahren Sie in diesem Kanal; mit `/requests mine:True` sehen Sie den Stand.
requests-heading = Anträge
requests-mine-heading = Eigene Anträge
requests-newest-label = Neuste
requests-none = Hier gibt es keine Anträge.
requests-older-label = Ältere
requests-pick-placeholder = Einen Antrag öffnen
requests-state = Auswahl: { $state }
requests-state-placeholder = Andere Anträge zeigen
