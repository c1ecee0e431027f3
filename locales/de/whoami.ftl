### What the reader may do on this desk, and why.

whoami-auditor = Audit
whoami-auditor-text = Mit einer dieser Rollen lesen Sie mit `/audit` das Protokoll der ganzen Supportstelle. Ändern können Sie damit nichts.
whoami-frozen = Eine Superuser-Rolle hat Ihre Arbeit hier gesperrt: Zurzeit wird nichts ausgeführt, was Sie auslösen. Die Superuser der Supportstelle können die Sperre aufheben.
whoami-heading = Was Sie hier tun können
whoami-others = Dafür braucht es jemand anderen
whoami-others-address = Sendungen an eine Adresse, die die Supportstelle in den letzten { $days } Tagen geändert hat
whoami-others-changes = Über Ihre Anträge entscheiden:
whoami-others-groups = Konten mit einer privilegierten Gruppe: { $groups }
whoami-others-own = Ihr eigenes Konto
whoami-others-scopes = Konten, die auch zu anderen Bereichen gehören
whoami-others-team = Konten von Personen, die hier arbeiten
whoami-outsider-text = Keine Ihrer Rollen gibt Ihnen hier eine Aufgabe. Diese Rollen würden genügen; die Serveradministration kann sie zuweisen.
whoami-own = Ihr eigenes Konto
whoami-own-known = «{ $username }». Eine andere Person muss es ändern.
whoami-own-unknown = Hier nicht bekannt. Der technische Betrieb kann es eintragen (`people`).
whoami-staff = Support
whoami-staff-text = Mit einer dieser Rollen sehen Sie alle Konten der Supportstelle und können jede Änderung beantragen; Superuser geben sie frei.
whoami-superuser = Superuser
whoami-superuser-text = Mit diesen Rollen sehen und ändern Sie Konten in diesen Bereichen und lesen mit `/audit`, was dort geschah:
whoami-whole-desk = die ganze Supportstelle
