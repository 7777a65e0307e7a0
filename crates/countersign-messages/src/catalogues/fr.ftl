# French. The messages are explained in en.ftl.

sms = { $code } est votre code { $brand }. Il expire dans { $minutes ->
        [one] 1 minute
       *[other] { $minutes } minutes
    }. Ne le communiquez à personne.
    .short = { $code } est votre code { $brand }. Il expire dans { $minutes ->
        [one] 1 minute
       *[other] { $minutes } minutes
    }.
    .bare = { $code } - { $brand }

email-subject = Votre code { $brand }
email-subject-with-code = { $code } est votre code { $brand }
email-preheader = Ouvrez cet e-mail pour voir le code. Il expire dans { $minutes ->
        [one] 1 minute
       *[other] { $minutes } minutes
    }.
email-heading = Votre code à usage unique
email-intro = Saisissez ce code pour confirmer à { $brand } que c’est bien vous.
email-expiry = Le code expire dans { $minutes ->
        [one] 1 minute
       *[other] { $minutes } minutes
    }.
email-secrecy = Ne le communiquez à personne, pas même à quelqu’un qui dit travailler pour { $brand }.
email-ignore = Si vous n’avez pas demandé de code, vous pouvez ignorer cet e-mail.
