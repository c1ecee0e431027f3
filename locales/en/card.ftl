### The card of an account.

card-codes = Unused codes
card-correct-address-label = Correct address
card-credentials-label = New credentials
card-email = Email address
card-groups = Groups
card-heading = Account of { $name }
card-lock = Lock
card-mail = Email to the person
card-no-codes = No unused code
card-no-email = No email address
card-no-groups = No group
card-no-mail = No email
card-password = Password expiry
card-refresh-label = Refresh
card-resend-code-label = Resend a code
card-reset-label = Link for a new password
card-responsible = Responsible
card-scope = Area
card-send-username-label = Send user name
card-state = State
card-timeline-label = Timeline
card-unlock-and-credentials-label = Unlock and new credentials
card-unlock-and-reset-label = Unlock and send link
card-unlock-label = Unlock
card-username = User name
code-expired = { $code }: expired on { $expires }, sent on { $sent }
code-invitation = Invitation link
code-onboarding = Activation code
code-open = { $code }: valid until { $expires }, sent on { $sent }
code-pin = PIN (6 digits)
code-reset-link = Link for a new password
code-temporary-password = Temporary password
code-unsent = { $code }: not sent yet
code-verification = Verification code
letter-credentials = Temporary password and PIN
letter-notice-address-replaced = Notice to the replaced address
letter-notice-unlocked = Notice of the unlocking
letter-onboarding-code = Activation code
letter-reminder = Reminder of a code
letter-request-waiting = Notice of a waiting request
letter-reset-link = Link for a new password
letter-state-accepted = { $letter }: accepted by the mail server on { $at }
letter-state-dead = { $letter }: not sent, given up on { $at }
letter-state-recipient-refused = { $letter }: address refused by the mail server on { $at }
letter-state-void = { $letter }: not sent, as no longer valid, { $at }
letter-state-waiting = { $letter }: not sent yet, waiting since { $at }
letter-username = User name
lock-locked = Locked since { $since }
lock-locked-import = Locked according to the directory file imported on { $since }
lock-open =
    { $failed ->
        [0] Not locked
        [one] Not locked, { $failed } failed login
       *[other] Not locked, { $failed } failed logins in a row
    }
lock-unknown = Not known whether locked: no login reported yet, nothing in the directory
password-expired = Expired on { $date }
password-expires = Valid until { $date }
password-no-expiry = No date on record
state-active = Active
state-deactivated = Deactivated
state-invited = Invited, never activated
state-unknown = Not known: the directory does not say
