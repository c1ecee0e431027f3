### Lists of people who may need help.

list-code-expired = Code échu depuis le { $expires }
list-code-expired-option = Code échu
list-code-expired-text = Le code non utilisé le plus récent est échu. Le plus ancien figure en premier.
list-code-open = Code valable jusqu’au { $expires }
list-expiring-option = Mot de passe bientôt échu
list-expiring-text = Mots de passe qui arrivent à échéance dans les { $days } prochains jours. Ceux qui sont déjà échus sont compris et figurent en premier.
list-heading = Liste : { $list }
list-locked-option = Verrouillé
list-locked-text = Comptes verrouillés. Le verrou le plus ancien figure en premier.
list-never-activated-option = Jamais activé
list-never-activated-text = Comptes invités qui n’ont jamais été activés.
list-next-label = Suivant
list-nobody = Personne ne figure sur cette liste pour l’instant.
list-nobody-more = Il n’y a pas d’autre personne ici ; la liste a changé entre-temps.
list-not-linked-option = Non lié
list-not-linked-text = Comptes sans fiche liée dans le registre.
list-person-placeholder = Afficher le compte d’une personne
list-previous-label = Précédent
lists-heading = Qui a besoin d’aide ?
lists-label = Toutes les listes
lists-line =
    { $count ->
        [one] { $list } : { $count } personne
       *[other] { $list } : { $count } personnes
    }
lists-line-more = { $list } : plus de { $count } personnes
lists-placeholder = Choisir une liste
lists-text = Seuls les comptes que vous voyez sont comptés. Les comptes désactivés ne figurent sur aucune liste.
