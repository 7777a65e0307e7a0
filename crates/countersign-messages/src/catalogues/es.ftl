# Spanish. The messages are explained in en.ftl.
#
# Text messages say “clave”: the ó of “código” would leave the GSM alphabet, and with it more than half of the room.

sms = { $code } es su clave de { $brand }. Caduca en { $minutes ->
        [one] 1 minuto
       *[other] { $minutes } minutos
    }. No la comparta con nadie.
    .short = { $code } es su clave de { $brand }. Caduca en { $minutes ->
        [one] 1 minuto
       *[other] { $minutes } minutos
    }.
    .bare = { $code } - { $brand }

email-subject = Su código de { $brand }
email-subject-with-code = { $code } es su código de { $brand }
email-preheader = Abra este correo para ver el código. Caduca en { $minutes ->
        [one] 1 minuto
       *[other] { $minutes } minutos
    }.
email-heading = Su código de un solo uso
email-intro = Introduzca este código para confirmar su identidad en { $brand }.
email-expiry = El código caduca en { $minutes ->
        [one] 1 minuto
       *[other] { $minutes } minutos
    }.
email-secrecy = No lo comparta con nadie, ni siquiera con quien diga que trabaja para { $brand }.
email-ignore = Si no ha solicitado ningún código, puede ignorar este correo.
