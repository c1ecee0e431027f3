### Requests: what waits for a decision, the decision, and how it is told; freezing of helpers.

frost-ask-freeze = Who shall be able to do nothing more here, at once? Waiting requests of this member become void.
frost-ask-unfreeze = Who shall be able to work here again?
frost-done-freeze =
    { $count ->
        [0] { $member } is frozen. No request was waiting.
        [one] { $member } is frozen. { $count } waiting request is void.
       *[other] { $member } is frozen. { $count } waiting requests are void.
    }
frost-done-unfreeze = { $member } can work here again. Void requests stay void.
frost-heading = Freezing a member
frost-member-placeholder = Choose a member
request-answer-denied = { $member }: request { $number } was denied by { $decider }. `/requests state:denied mine:True` shows why.
request-answer-executed = { $member }: request { $number } was approved by { $decider } and is carried out.
request-answer-expired = { $member }: request { $number } expired without a decision. Nothing was changed; if it is still needed, please ask anew.
request-answer-failed = { $member }: request { $number } was approved by { $decider }, but could not be carried out. `/requests state:failed mine:True` shows why.
request-answer-void = { $member }: request { $number } is void and was not carried out. `/requests state:void mine:True` shows why.
request-approve-label = Approve
request-approved-by = Approved by { $decider }, { $at }
request-approved-text = Request { $number } is approved and carried out; whoever asked is told.
request-birth-date = Birth date
request-by = Asked by
request-card-call = { $role }: a request waits for your decision.
request-denial = Why it was denied
request-denied-by = Denied by { $decider }, { $at }
request-deny-label = Deny
request-details-label = Details
request-email-now = Email address now
request-end = Result
request-ended-at = Ended without a decision, { $at }
request-fiscal-code = Fiscal code
request-flag-helper =
    { $count ->
        [one] ⚠ Requests for { $count } person within 24 hours by the same member
       *[other] ⚠ Requests for { $count } people within 24 hours by the same member
    }
request-flag-person =
    { $count ->
        [one] ⚠ { $count } request for this person within 24 hours
       *[other] ⚠ { $count } requests for this person within 24 hours
    }
request-flags = Please look twice
request-heading = Request { $number }: { $state }
request-no-card-channel-forbidden = The card could not be posted in the approvals channel: the bot may not write there. The request waits all the same; superusers find it with `/requests`. Please tell the operator.
request-no-card-channel-missing = There is no approvals channel to post the card in. The request waits all the same; superusers find it with `/requests`. Please tell the operator.
request-nobody = nobody
request-reminder = { $role }: request { $number } still waits for a decision; it expires { $until }.
request-rule = Why it needs approval
request-rule-address-changed = The support desk changed the address recently; a superuser other than whoever asks has to agree.
request-rule-four-eyes = This action is under four eyes here.
request-rule-other-scopes = The account also belongs to areas outside the authority of whoever asks.
request-rule-privileged-group = The account holds a privileged group; a superuser other than whoever asks has to agree.
request-rule-staff = What support staff want to change is approved by superusers.
request-rule-team-account = The account belongs to somebody who works here; a superuser other than whoever asks has to agree.
request-state-approved = ☑ approved
request-state-cancelled = ↩ taken back
request-state-denied = ⛔ denied
request-state-executed = ✅ approved and carried out
request-state-expired = ⌛ expired
request-state-failed = ❗ approved, but could not be carried out
request-state-requested = ⏳ waiting for a decision
request-state-void = ⚠ void
request-take-back-label = Take back
request-until = To be decided by
request-whom = Person
request-why = Reason: { $why }
requested-heading = Request { $number } is on its way
requested-text = Nothing is changed or sent until it is approved. To be decided by { $role }, at the latest { $until }. You will hear of the result in this channel; `/requests mine:True` shows where it stands.
requests-heading = Requests
requests-mine-heading = Your requests
requests-newest-label = Newest
requests-none = There are no requests here.
requests-older-label = Older
requests-pick-placeholder = Open a request
requests-state = Shown: { $state }
requests-state-placeholder = Show other requests
