# Portuguese, worded so that it reads well in Brazil and in Portugal. The messages are explained in en.ftl.
#
# The short text says “vale”: with “válido por” it would leave no room for the line of WebOTP.

sms = { $code } é o seu código { $brand }. Válido por { $minutes ->
        [one] 1 minuto
       *[other] { $minutes } minutos
    }. Não o divulgue.
    .short = { $code } é o seu código { $brand }. Vale { $minutes ->
        [one] 1 minuto
       *[other] { $minutes } minutos
    }.
    .bare = { $code } - { $brand }

email-subject = O seu código { $brand }
email-subject-with-code = { $code } é o seu código { $brand }
email-preheader = Abra este e-mail para ver o código. É válido por { $minutes ->
        [one] 1 minuto
       *[other] { $minutes } minutos
    }.
email-heading = O seu código de uso único
email-intro = Insira este código para confirmar a sua identidade em { $brand }.
email-expiry = O código é válido por { $minutes ->
        [one] 1 minuto
       *[other] { $minutes } minutos
    }.
email-secrecy = Não o divulgue a ninguém, nem mesmo a quem diga que trabalha para { $brand }.
email-ignore = Se não pediu um código, pode ignorar este e-mail.
