### Requests: what waits for a decision, the decision, and how it is told; freezing of helpers.

frost-ask-freeze = Qui ne doit plus rien pouvoir faire ici, dès maintenant ? Les demandes en attente de ce membre deviennent caduques.
frost-ask-unfreeze = Qui doit pouvoir travailler de nouveau ici ?
frost-done-freeze =
    { $count ->
        [0] L’accès de { $member } est suspendu. Aucune demande n’attendait.
        [one] L’accès de { $member } est suspendu. { $count } demande en attente est devenue caduque.
       *[other] L’accès de { $member } est suspendu. { $count } demandes en attente sont devenues caduques.
    }
frost-done-unfreeze = { $member } peut de nouveau travailler ici. Les demandes caduques le restent.
frost-heading = Suspension d’un membre
frost-member-placeholder = Choisir un membre
request-answer-denied = { $member } : la demande { $number } a été refusée par { $decider }. `/requests state:denied mine:True` en montre le motif.
request-answer-executed = { $member } : la demande { $number } a été approuvée par { $decider } et exécutée.
request-answer-expired = { $member } : la demande { $number } a expiré sans décision. Rien n’a été modifié ; au besoin, veuillez en faire une nouvelle.
request-answer-failed = { $member } : la demande { $number } a été approuvée par { $decider }, mais n’a pas pu être exécutée. `/requests state:failed mine:True` en montre la raison.
request-answer-void = { $member } : la demande { $number } est caduque et n’a pas été exécutée. `/requests state:void mine:True` en montre la raison.
request-approve-label = Approuver
request-approved-by = Approuvée par { $decider }, { $at }
request-approved-text = La demande { $number } est approuvée et exécutée ; la personne qui l’a faite en est informée.
request-birth-date = Date de naissance
request-by = Demandé par
request-card-call = { $role } : une demande attend votre décision.
request-denial = Motif du refus
request-denied-by = Refusée par { $decider }, { $at }
request-deny-label = Refuser
request-details-label = Détails
request-email-now = Adresse e-mail actuelle
request-end = Résultat
request-ended-at = Close sans décision, { $at }
request-fiscal-code = Code fiscal
request-flag-helper =
    { $count ->
        [one] ⚠ Demandes pour { $count } personne en 24 heures par le même membre
       *[other] ⚠ Demandes pour { $count } personnes en 24 heures par le même membre
    }
request-flag-person =
    { $count ->
        [one] ⚠ { $count } demande pour cette personne en 24 heures
       *[other] ⚠ { $count } demandes pour cette personne en 24 heures
    }
request-flags = À vérifier avec soin
request-heading = Demande { $number } : { $state }
request-no-card-channel-forbidden = La fiche n’a pas pu être publiée dans le canal des approbations : le bot n’a pas le droit d’y écrire. La demande attend néanmoins ; les superusers la trouvent avec `/requests`. Veuillez le signaler à l’équipe d’exploitation.
request-no-card-channel-missing = Il n’y a pas de canal des approbations où publier la fiche. La demande attend néanmoins ; les superusers la trouvent avec `/requests`. Veuillez le signaler à l’équipe d’exploitation.
request-nobody = personne
request-reminder = { $role } : la demande { $number } attend toujours une décision ; elle expire { $until }.
request-rule = Pourquoi une approbation est requise
request-rule-address-changed = L’adresse a été modifiée récemment par le service d’assistance ; une autre personne avec un rôle superuser doit approuver.
request-rule-four-eyes = Cette opération exige ici le principe du double contrôle.
request-rule-other-scopes = Le compte appartient aussi à des périmètres hors de la compétence de la personne qui fait la demande.
request-rule-privileged-group = Le compte fait partie d’un groupe privilégié ; une autre personne avec un rôle superuser doit approuver.
request-rule-staff = Ce que l’assistance souhaite modifier est approuvé par les superusers.
request-rule-team-account = Le compte appartient à une personne qui travaille ici ; une autre personne avec un rôle superuser doit approuver.
request-state-approved = ☑ approuvée
request-state-cancelled = ↩ retirée
request-state-denied = ⛔ refusée
request-state-executed = ✅ approuvée et exécutée
request-state-expired = ⌛ expirée
request-state-failed = ❗ approuvée, mais non exécutable
request-state-requested = ⏳ en attente d’une décision
request-state-void = ⚠ caduque
request-take-back-label = Retirer la demande
request-until = À décider jusqu’au
request-whom = Personne concernée
request-why = Motif : { $why }
requested-heading = Demande { $number } enregistrée
requested-text = Rien n’est modifié ni envoyé avant l’approbation. Décision par : { $role }, au plus tard { $until }. Vous apprendrez le résultat dans ce canal ; `/requests mine:True` montre où en est la demande.
requests-heading = Demandes
requests-mine-heading = Vos demandes
requests-newest-label = Les plus récentes
requests-none = Il n’y a aucune demande ici.
requests-older-label = Plus anciennes
requests-pick-placeholder = Ouvrir une demande
requests-state = Sélection : { $state }
requests-state-placeholder = Afficher d’autres demandes
