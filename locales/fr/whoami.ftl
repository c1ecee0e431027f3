### What the reader may do on this desk, and why.

whoami-auditor = Contrôle
whoami-auditor-text = Avec l’un de ces rôles, vous lisez avec `/audit` le journal de tout le service d’assistance. Il ne permet aucune modification.
whoami-frozen = Votre travail ici est suspendu par une décision superuser : rien de ce que vous lancez n’est exécuté pour le moment. Les superusers du service d’assistance peuvent lever la suspension.
whoami-heading = Ce que vous pouvez faire ici
whoami-others = Ce qui exige une autre personne
whoami-others-address = envois à une adresse que le service d’assistance a modifiée ces { $days } derniers jours
whoami-others-changes = Vos demandes sont décidées par :
whoami-others-groups = comptes avec un groupe privilégié : { $groups }
whoami-others-own = votre propre compte
whoami-others-scopes = comptes qui appartiennent aussi à d’autres périmètres
whoami-others-team = comptes de personnes qui travaillent ici
whoami-outsider-text = Aucun de vos rôles ne vous donne de tâche ici. Les rôles suivants conviendraient ; l’administration du serveur peut les attribuer.
whoami-own = Votre propre compte
whoami-own-known = « { $username } ». Une autre personne doit le modifier.
whoami-own-unknown = Inconnu ici. L’équipe d’exploitation peut l’ajouter (`people`).
whoami-staff = Assistance
whoami-staff-text = Avec l’un de ces rôles, vous voyez tous les comptes du service d’assistance et pouvez demander toute modification ; les superusers l’approuvent.
whoami-superuser = Rôles superuser
whoami-superuser-text = Avec ces rôles, vous voyez et modifiez les comptes de ces périmètres et lisez avec `/audit` ce qui s’y est passé :
whoami-whole-desk = tout le service d’assistance
