# What a person reads in English. This file also explains the messages to translators; other languages have the same ones.
#
# Variables
#   $code     the digits of the code. They stay together, and are never changed.
#   $brand    whom the message speaks for, such as Acme. It never changes its form: word the sentence around it.
#   $minutes  how long the code is valid, a whole number from 1 to 60. Select on it for plurals.
# No other variable exists, no function, and nothing may select on $code or $brand.
#
# Rules
#   Each text is written on one line (a select may take several). No control or private-use characters.
#   Terms (-name) may be used for words that come back; a term knows none of the variables.
#
# A text message exists in three lengths; the first that fits one segment is sent. One segment is 160 characters of the
# GSM 7-bit alphabet (3GPP TS 23.038; ^ { } \ [ ] ~ | and the euro sign count two), or 70 when a single character is not in
# it. It begins with the code, has the code exactly once, names the brand, and has no links and no exclamation marks.
#   sms         how long it is valid, and that nobody else may have it
#   sms.short   how long it is valid
#   sms.bare    code and brand alone; it must fit with 12 digits, a brand of 11 characters and the autofill line
#
# An email has these texts. The code stands on a line of its own between the introduction and the expiry, so that none of
# them holds it, but for the subject that is used when the host asks for the code there.
#   email-subject, email-subject-with-code
#   email-preheader   shown behind the subject in a list of emails
#   email-heading, email-intro, email-expiry, email-secrecy, email-ignore

sms = { $code } is your { $brand } code. It expires in { $minutes ->
        [one] 1 minute
       *[other] { $minutes } minutes
    }. Never share it.
    .short = { $code } is your { $brand } code. It expires in { $minutes ->
        [one] 1 minute
       *[other] { $minutes } minutes
    }.
    .bare = { $code } - { $brand }

email-subject = Your { $brand } code
email-subject-with-code = { $code } is your { $brand } code
email-preheader = Open this email to see the code. It expires in { $minutes ->
        [one] 1 minute
       *[other] { $minutes } minutes
    }.
email-heading = Your one-time code
email-intro = Enter this code to confirm to { $brand } that it is you.
email-expiry = The code expires in { $minutes ->
        [one] 1 minute
       *[other] { $minutes } minutes
    }.
email-secrecy = Never share it, not even with someone who says they work for { $brand }.
email-ignore = If you did not ask for a code, you can ignore this email.
