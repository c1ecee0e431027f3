### Lists of people who may need help.

list-code-expired = Code expired on { $expires }
list-code-expired-option = Code expired
list-code-expired-text = The newest unused code has expired. The oldest comes first.
list-code-open = Code valid until { $expires }
list-expiring-option = Password expiring
list-expiring-text = Passwords that expire within the next { $days } days. Those already expired are included and come first.
list-heading = List: { $list }
list-locked-option = Locked
list-locked-text = Locked accounts. The oldest lock comes first.
list-never-activated-option = Never activated
list-never-activated-text = Invited accounts that were never activated.
list-next-label = Next
list-nobody = Nobody is on this list at the moment.
list-nobody-more = There is nobody else here; the list has changed in the meantime.
list-not-linked-option = Not linked
list-not-linked-text = Accounts without a linked register record.
list-person-placeholder = Show a person’s account
list-previous-label = Previous
lists-heading = Who needs help?
lists-label = All lists
lists-line =
    { $count ->
        [one] { $list }: { $count } person
       *[other] { $list }: { $count } people
    }
lists-line-more = { $list }: more than { $count } people
lists-placeholder = Choose a list
lists-text = Only accounts that you can see are counted. Deactivated accounts are on no list.
