### Answers after something was done, and small words that several texts share.

cancelled-heading = Cancelled
cancelled-text = Nothing was changed and nothing was sent.
done-address-corrected = The email address has been corrected.
done-card-label = Show the account
done-carry-over = Recorded here, to be carried over to: { $system }.
done-correct-address = An email could not be sent. Please check the address with the person. If it is wrong, correct it; if it is right, send again later.
done-heading = Done: { $name }
done-mail-failed-heading = Email could not be sent: { $name }
done-mail-waiting-heading = Done, email not sent yet: { $name }
done-replace-account = An email could not be sent. If the address is right, please send again later. If it is wrong, it cannot be edited: the administrator of the property’s account creates a replacement account with the right address.
done-unlocked = The account is unlocked.
failed-heading = Something went wrong
failed-text = This was not done and nothing was changed. Please try again. If it happens again, give the operator this error number: { $id }
refused-heading = Not done
role-none = (no role set up)
uncertain-heading = Not certain whether this was done
uncertain-text = The database did not confirm this in time. It may or may not have been done. Please show the account again before you try again, and give the operator this error number: { $id }
