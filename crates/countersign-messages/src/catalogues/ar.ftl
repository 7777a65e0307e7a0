# Arabic. The messages are explained in en.ftl.
#
# A brand stands between two left-to-right marks (U+200E): a digit at its beginning or a mark at its end then stays where it
# belongs. Every text but the bare one has an Arabic letter before the brand, so that a reader lays it out from the right.

sms = { $code } هو رمزك لدى { "\u200E" }{ $brand }{ "\u200E" }. صالح لمدة { $minutes ->
        [zero] أقل من دقيقة
        [one] دقيقة واحدة
        [two] دقيقتين
        [few] { $minutes } دقائق
        [many] { $minutes } دقيقة
       *[other] { $minutes } دقيقة
    }. لا تشاركه مع أحد.
    .short = { $code } هو رمزك لدى { "\u200E" }{ $brand }{ "\u200E" }. صالح لمدة { $minutes ->
        [zero] أقل من دقيقة
        [one] دقيقة واحدة
        [two] دقيقتين
        [few] { $minutes } دقائق
        [many] { $minutes } دقيقة
       *[other] { $minutes } دقيقة
    }.
    .bare = { $code } - { $brand }

email-subject = رمزك لدى { "\u200E" }{ $brand }{ "\u200E" }
email-subject-with-code = { $code } هو رمزك لدى { "\u200E" }{ $brand }{ "\u200E" }
email-preheader = افتح هذه الرسالة لرؤية الرمز. الرمز صالح لمدة { $minutes ->
        [zero] أقل من دقيقة
        [one] دقيقة واحدة
        [two] دقيقتين
        [few] { $minutes } دقائق
        [many] { $minutes } دقيقة
       *[other] { $minutes } دقيقة
    }.
email-heading = رمزك للاستخدام مرة واحدة
email-intro = أدخل هذا الرمز لتأكيد هويتك لدى { "\u200E" }{ $brand }{ "\u200E" }.
email-expiry = الرمز صالح لمدة { $minutes ->
        [zero] أقل من دقيقة
        [one] دقيقة واحدة
        [two] دقيقتين
        [few] { $minutes } دقائق
        [many] { $minutes } دقيقة
       *[other] { $minutes } دقيقة
    }.
email-secrecy = لا تشاركه مع أحد، حتى مع من يقول إنه يعمل لدى { "\u200E" }{ $brand }{ "\u200E" }.
email-ignore = إذا لم تطلب رمزًا، فيمكنك تجاهل هذه الرسالة.
