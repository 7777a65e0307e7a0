# Russian. The messages are explained in en.ftl.

sms = { $code } — код { $brand }. Действует { $minutes ->
        [one] { $minutes } минуту
        [few] { $minutes } минуты
        [many] { $minutes } минут
       *[other] { $minutes } минуты
    }. Никому не сообщайте.
    .short = { $code } — код { $brand }. Действует { $minutes ->
        [one] { $minutes } минуту
        [few] { $minutes } минуты
        [many] { $minutes } минут
       *[other] { $minutes } минуты
    }.
    .bare = { $code } - { $brand }

email-subject = Код { $brand }
email-subject-with-code = { $code } — код { $brand }
email-preheader = Откройте письмо, чтобы увидеть код. Он действует { $minutes ->
        [one] { $minutes } минуту
        [few] { $minutes } минуты
        [many] { $minutes } минут
       *[other] { $minutes } минуты
    }.
email-heading = Ваш одноразовый код
email-intro = Введите этот код в { $brand }, чтобы подтвердить, что это вы.
email-expiry = Код действует { $minutes ->
        [one] { $minutes } минуту
        [few] { $minutes } минуты
        [many] { $minutes } минут
       *[other] { $minutes } минуты
    }.
email-secrecy = Никому его не сообщайте, даже тем, кто представляется сотрудником { $brand }.
email-ignore = Если вы не запрашивали код, просто не обращайте внимания на это письмо.
