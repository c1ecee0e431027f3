### Lists of people who may need help.

list-code-expired = Code abgelaufen am { $expires }
list-code-expired-option = Abgelaufener Code
list-code-expired-text = Der neuste unbenutzte Code ist abgelaufen. Der älteste steht zuoberst.
list-code-open = Code gültig bis { $expires }
list-expiring-option = Passwort läuft ab
list-expiring-text = Passwörter, die in den nächsten { $days } Tagen ablaufen. Bereits abgelaufene sind ebenfalls aufgeführt und stehen zuoberst.
list-heading = Liste: { $list }
list-locked-option = Gesperrt
list-locked-text = Gesperrte Konten. Die älteste Sperre steht zuoberst.
list-never-activated-option = Nie aktiviert
list-never-activated-text = Eingeladene Konten, die nie aktiviert wurden.
list-next-label = Weiter
list-nobody = Zurzeit ist niemand auf dieser Liste.
list-nobody-more = Hier sind keine weiteren Personen aufgeführt; die Liste hat sich inzwischen geändert.
list-not-linked-option = Nicht verknüpft
list-not-linked-text = Konten ohne verknüpften Eintrag im Register.
list-person-placeholder = Konto einer Person anzeigen
list-previous-label = Zurück
lists-heading = Wer braucht Hilfe?
lists-label = Alle Listen
lists-line =
    { $count ->
        [one] { $list }: { $count } Person
       *[other] { $list }: { $count } Personen
    }
lists-line-more = { $list }: mehr als { $count } Personen
lists-placeholder = Liste auswählen
lists-text = Gezählt sind die Konten, die Sie sehen. Deaktivierte Konten sind in keiner Liste aufgeführt.
