### Lists of people who may need help.

list-code-expired = Codice scaduto il { $expires }
list-code-expired-option = Codice scaduto
list-code-expired-text = Il codice non utilizzato più recente è scaduto. Il più vecchio è in cima.
list-code-open = Codice valido fino al { $expires }
list-expiring-option = Password in scadenza
list-expiring-text = Password che scadono nei prossimi { $days } giorni. Quelle già scadute sono comprese e si trovano in cima.
list-heading = Elenco: { $list }
list-locked-option = Bloccato
list-locked-text = Account bloccati. Il blocco più vecchio è in cima.
list-never-activated-option = Mai attivato
list-never-activated-text = Account invitati che non sono mai stati attivati.
list-next-label = Avanti
list-nobody = Al momento non c’è nessuno in questo elenco.
list-nobody-more = Qui non ci sono altre persone; nel frattempo l’elenco è cambiato.
list-not-linked-option = Non collegato
list-not-linked-text = Account senza una scheda collegata nell’anagrafe.
list-person-placeholder = Mostrare l’account di una persona
list-previous-label = Indietro
lists-heading = Chi ha bisogno di aiuto?
lists-label = Tutti gli elenchi
lists-line =
    { $count ->
        [one] { $list }: { $count } persona
       *[other] { $list }: { $count } persone
    }
lists-line-more = { $list }: più di { $count } persone
lists-placeholder = Scegliere un elenco
lists-text = Sono contati gli account visibili per Lei. Gli account disattivati non figurano in alcun elenco.
