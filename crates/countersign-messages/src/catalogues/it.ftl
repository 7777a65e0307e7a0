# Italian. The messages are explained in en.ftl.

sms = { $code } è il suo codice { $brand }. Scade tra { $minutes ->
        [one] 1 minuto
       *[other] { $minutes } minuti
    }. Non lo comunichi a nessuno.
    .short = { $code } è il suo codice { $brand }. Scade tra { $minutes ->
        [one] 1 minuto
       *[other] { $minutes } minuti
    }.
    .bare = { $code } - { $brand }

email-subject = Il suo codice { $brand }
email-subject-with-code = { $code } è il suo codice { $brand }
email-preheader = Apra questa email per vedere il codice. Scade tra { $minutes ->
        [one] 1 minuto
       *[other] { $minutes } minuti
    }.
email-heading = Il suo codice monouso
email-intro = Inserisca questo codice per confermare la sua identità presso { $brand }.
email-expiry = Il codice scade tra { $minutes ->
        [one] 1 minuto
       *[other] { $minutes } minuti
    }.
email-secrecy = Non lo comunichi a nessuno, nemmeno a chi dice di lavorare per { $brand }.
email-ignore = Se non ha richiesto un codice, può ignorare questa email.
