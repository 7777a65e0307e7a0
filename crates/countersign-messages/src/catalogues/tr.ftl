# Turkish. The messages are explained in en.ftl. A noun after a number stays singular.

sms = { $code }, { $brand } kodunuz. { $minutes } dakika geçerlidir. Kimseyle paylaşmayın.
    .short = { $code }, { $brand } kodunuz. { $minutes } dakika geçerlidir.
    .bare = { $code } - { $brand }

email-subject = { $brand } kodunuz
email-subject-with-code = { $code }, { $brand } kodunuz
email-preheader = Kodu görmek için bu e-postayı açın. Kod { $minutes } dakika geçerlidir.
email-heading = Tek kullanımlık kodunuz
email-intro = { $brand } için kimliğinizi doğrulamak üzere bu kodu girin.
email-expiry = Kod { $minutes } dakika geçerlidir.
email-secrecy = Kodu kimseyle paylaşmayın; { $brand } için çalıştığını söyleyenlerle bile.
email-ignore = Kod istemediyseniz bu e-postayı dikkate almayabilirsiniz.
