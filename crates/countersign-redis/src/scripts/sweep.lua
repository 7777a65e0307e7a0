-- Removes entries whose records are gone. KEYS: an index, records. ARGV: the ids of these records.
-- Gives the ids that have a record. The records are named as keys, so that while a slot moves between masters none counts as
-- gone that is with the other.
local there = {}
for n = 2, #KEYS do
  if redis.call('EXISTS', KEYS[n]) == 1 then
    there[#there + 1] = ARGV[n - 1]
  else
    redis.call('ZREM', KEYS[1], ARGV[n - 1])
  end
end
return there
