-- Releases a key, if that claim has it: a letter and the seal stand before the claim.
-- KEYS: the idempotency key. ARGV: the claim.
local there = redis.call('GET', KEYS[1])
if there and string.sub(there, 1, 1) == 'R' and string.sub(there, 18) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0
