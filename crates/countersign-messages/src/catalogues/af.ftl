# Afrikaans. The messages are explained in en.ftl.

sms = { $code } is u kode vir { $brand }. Dit is { $minutes ->
        [one] 1 minuut
       *[other] { $minutes } minute
    } geldig. Moet dit met niemand deel nie.
    .short = { $code } is u kode vir { $brand }. Dit is { $minutes ->
        [one] 1 minuut
       *[other] { $minutes } minute
    } geldig.
    .bare = { $code } - { $brand }

email-subject = U kode vir { $brand }
email-subject-with-code = { $code } is u kode vir { $brand }
email-preheader = Maak hierdie e-pos oop om die kode te sien. Dit is { $minutes ->
        [one] 1 minuut
       *[other] { $minutes } minute
    } geldig.
email-heading = U eenmalige kode
email-intro = Voer hierdie kode in om by { $brand } te bevestig dat dit u is.
email-expiry = Die kode is { $minutes ->
        [one] 1 minuut
       *[other] { $minutes } minute
    } geldig.
email-secrecy = Moet dit met niemand deel nie, ook nie met iemand wat sê dat hulle vir { $brand } werk nie.
email-ignore = As u nie ’n kode aangevra het nie, kan u hierdie e-pos ignoreer.
