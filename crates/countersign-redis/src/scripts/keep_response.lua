-- Keeps a response, unless one is kept already: that one may have been given out.
-- KEYS: the idempotency key. ARGV: the entry, its time to live in milliseconds.
local there = redis.call('GET', KEYS[1])
if there and string.sub(there, 1, 1) == 'A' then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
