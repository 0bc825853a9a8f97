-- attack: goto and pcall instead of a loop
-- without care: caught for ever
-- expect: stopped
::again::
pcall(function() ::inner:: goto inner end)
goto again
