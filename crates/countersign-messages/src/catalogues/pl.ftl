# Polish. The messages are explained in en.ftl.
#
# Text messages say “po … minutach”: the ę of “minutę” would leave the GSM alphabet, and with it more than half of the room.

sms = { $code } to kod { $brand }. Wygasa po { $minutes ->
        [one] 1 minucie
        [few] { $minutes } minutach
        [many] { $minutes } minutach
       *[other] { $minutes } minuty
    }. Nikomu go nie podawaj.
    .short = { $code } to kod { $brand }. Wygasa po { $minutes ->
        [one] 1 minucie
        [few] { $minutes } minutach
        [many] { $minutes } minutach
       *[other] { $minutes } minuty
    }.
    .bare = { $code } - { $brand }

email-subject = Kod { $brand }
email-subject-with-code = { $code } to kod { $brand }
email-preheader = Otwórz tę wiadomość, aby zobaczyć kod. Jest ważny przez { $minutes ->
        [one] 1 minutę
        [few] { $minutes } minuty
        [many] { $minutes } minut
       *[other] { $minutes } minuty
    }.
email-heading = Kod jednorazowy
email-intro = Wpisz ten kod, aby potwierdzić swoją tożsamość w { $brand }.
email-expiry = Kod jest ważny przez { $minutes ->
        [one] 1 minutę
        [few] { $minutes } minuty
        [many] { $minutes } minut
       *[other] { $minutes } minuty
    }.
email-secrecy = Nikomu go nie podawaj, nawet osobie, która twierdzi, że pracuje dla { $brand }.
email-ignore = Jeśli prośba o kod nie pochodzi od Ciebie, możesz zignorować tę wiadomość.
