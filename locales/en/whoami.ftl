### What the reader may do on this desk, and why.

whoami-auditor = Auditor
whoami-auditor-text = With one of these roles you read the audit trail of the whole desk with `/audit`. It lets you change nothing.
whoami-frozen = A superuser has frozen your work here: nothing that you start is done at the moment. The superusers of the support desk can lift that.
whoami-heading = What you can do here
whoami-others = What needs somebody else
whoami-others-address = sends to an address that the desk changed within the last { $days } days
whoami-others-changes = Your requests are decided by:
whoami-others-groups = accounts that hold a privileged group: { $groups }
whoami-others-own = your own account
whoami-others-scopes = accounts that also belong to other areas
whoami-others-team = accounts of people who work here
whoami-outsider-text = None of your roles gives you a part here. These roles would do; the server’s administrators can assign them.
whoami-own = Your own account
whoami-own-known = “{ $username }”. Somebody else has to change it.
whoami-own-unknown = Not known here. The operator can add it (`people`).
whoami-staff = Support staff
whoami-staff-text = With one of these roles you see all accounts of the desk and can ask for any change; superusers approve it.
whoami-superuser = Superusers
whoami-superuser-text = With these roles you see and change accounts in these areas, and read with `/audit` what happened there:
whoami-whole-desk = the whole desk
