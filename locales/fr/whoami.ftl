### What the reader may do on this desk, and why.

whoami-auditor = Contrôle
whoami-auditor-text = Avec l’un de ces rôles, vous lisez avec `/audit` le journal de tout le service d’assistance. Il ne permet aucune modification.
whoami-heading = Ce que vous pouvez faire ici
whoami-others = Ce qui exige une autre personne
whoami-others-address = envois à une adresse que le service d’assistance a modifiée ces { $days } derniers jours
whoami-others-changes = Les modifications sont faites par les superusers :
whoami-others-groups = comptes avec un groupe privilégié : { $groups }
whoami-others-own = votre propre compte
whoami-others-scopes = comptes qui appartiennent aussi à d’autres périmètres
whoami-others-team = comptes de personnes qui travaillent ici
whoami-outsider-text = Aucun de vos rôles ne vous donne de tâche ici. Les rôles suivants conviendraient ; l’administration du serveur peut les attribuer.
whoami-own = Votre propre compte
whoami-own-known = « { $username } ». Une autre personne doit le modifier.
whoami-own-unknown = Inconnu ici. L’équipe d’exploitation peut l’ajouter (`people`).
whoami-staff = Assistance
whoami-staff-text = Avec l’un de ces rôles, vous voyez tous les comptes du service d’assistance. Les modifications sont faites par des superusers.
whoami-superuser = Rôles superuser
whoami-superuser-text = Avec ces rôles, vous voyez et modifiez les comptes de ces périmètres et lisez avec `/audit` ce qui s’y est passé :
whoami-whole-desk = tout le service d’assistance
