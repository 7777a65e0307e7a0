# Dutch. The messages are explained in en.ftl.

sms = { $code } is uw code voor { $brand }. De code is { $minutes ->
        [one] 1 minuut
       *[other] { $minutes } minuten
    } geldig. Deel deze met niemand.
    .short = { $code } is uw code voor { $brand }. De code is { $minutes ->
        [one] 1 minuut
       *[other] { $minutes } minuten
    } geldig.
    .bare = { $code } - { $brand }

email-subject = Uw code voor { $brand }
email-subject-with-code = { $code } is uw code voor { $brand }
email-preheader = Open deze e-mail om uw code te zien. De code is { $minutes ->
        [one] 1 minuut
       *[other] { $minutes } minuten
    } geldig.
email-heading = Uw eenmalige code
email-intro = Vul deze code in om bij { $brand } te bevestigen dat u het bent.
email-expiry = De code is { $minutes ->
        [one] 1 minuut
       *[other] { $minutes } minuten
    } geldig.
email-secrecy = Deel de code met niemand, ook niet met iemand die zegt voor { $brand } te werken.
email-ignore = Hebt u geen code aangevraagd? Dan kunt u deze e-mail negeren.
