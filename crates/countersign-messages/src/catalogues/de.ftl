# German. The messages are explained in en.ftl.

sms = { $code } ist Ihr Code für { $brand }. Er ist { $minutes ->
        [one] 1 Minute
       *[other] { $minutes } Minuten
    } gültig. Geben Sie ihn nicht weiter.
    .short = { $code } ist Ihr Code für { $brand }. Er ist { $minutes ->
        [one] 1 Minute
       *[other] { $minutes } Minuten
    } gültig.
    .bare = { $code } - { $brand }

email-subject = Ihr Code für { $brand }
email-subject-with-code = { $code } ist Ihr Code für { $brand }
email-preheader = Öffnen Sie diese E-Mail, um den Code zu sehen. Er ist { $minutes ->
        [one] 1 Minute
       *[other] { $minutes } Minuten
    } gültig.
email-heading = Ihr Einmalcode
email-intro = Geben Sie diesen Code ein, um Ihre Identität bei { $brand } zu bestätigen.
email-expiry = Der Code ist { $minutes ->
        [one] 1 Minute
       *[other] { $minutes } Minuten
    } gültig.
email-secrecy = Geben Sie ihn nicht weiter, auch nicht an Personen, die angeben, für { $brand } zu arbeiten.
email-ignore = Wenn Sie keinen Code angefordert haben, können Sie diese E-Mail ignorieren.
