### What the reader may do on this desk, and why.

whoami-auditor = Controllo
whoami-auditor-text = Con uno di questi ruoli può leggere con `/audit` il registro di tutto il servizio di assistenza. Non consente alcuna modifica.
whoami-frozen = Il Suo lavoro qui è sospeso per decisione di un superuser: al momento nulla di ciò che avvia viene eseguito. I superuser del servizio di assistenza possono revocare la sospensione.
whoami-heading = Cosa può fare qui
whoami-others = Per questo serve un’altra persona
whoami-others-address = invii a un indirizzo che il servizio di assistenza ha modificato negli ultimi { $days } giorni
whoami-others-changes = Sulle Sue richieste decidono:
whoami-others-groups = account con un gruppo privilegiato: { $groups }
whoami-others-own = il Suo account
whoami-others-scopes = account che appartengono anche ad altri ambiti
whoami-others-team = account di persone che lavorano qui
whoami-outsider-text = Nessuno dei Suoi ruoli Le dà un compito qui. Basterebbe uno di questi ruoli; l’amministrazione del server può assegnarli.
whoami-own = Il Suo account
whoami-own-known = «{ $username }». Deve modificarlo un’altra persona.
whoami-own-unknown = Qui non è noto. Il servizio tecnico può inserirlo (`people`).
whoami-staff = Assistenza
whoami-staff-text = Con uno di questi ruoli vede tutti gli account del servizio di assistenza e può chiedere ogni modifica; i superuser la approvano.
whoami-superuser = Ruoli superuser
whoami-superuser-text = Con questi ruoli vede e modifica gli account di questi ambiti e legge con `/audit` che cosa vi è successo:
whoami-whole-desk = tutto il servizio di assistenza
