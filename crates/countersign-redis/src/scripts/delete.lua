-- Forgets a record and its index entries. KEYS: record, due, list. ARGV: id. Gives how many records there were.
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
return redis.call('DEL', KEYS[1])
