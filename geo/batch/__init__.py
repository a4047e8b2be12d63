"""The same question of every city of China, on as many processes and machines as there are."""
