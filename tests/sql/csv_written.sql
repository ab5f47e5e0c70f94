-- What to_csv quotes and escapes, and lists and structs in it
select to_csv(struct('#x', '#y')), to_csv(struct('#')), to_csv(struct(null, '#y')), to_csv(struct(' #', 'a'));
select to_csv(struct('#x', ';y'), map('comment', ';')), to_csv(struct(';x', '#y'), map('comment', ';'));
select to_csv(struct('a,\\', 'b\\')), to_csv(struct('\\"', 'b')), to_csv(struct('a\\', 'b'), map('quoteAll', 'true'));
select to_csv(struct('+,"', 'b+'), map('escape', '+')), to_csv(struct('a\\b,', 'c'), map('escape', '"'));
select to_csv(struct('+,"', 'b\\","'), map('charToEscapeQuoteEscaping', '!'));
select to_csv(struct('axb', 'xc', 'd'), map('lineSep', 'x')), to_csv(struct('axyb', 'y', ''), map('lineSep', 'xy'));
select to_csv(struct(array(1, null), map('a', null), struct(null, 1), struct(null, null), array(null, null, 'x')));
select to_csv(struct(array(null, 1), map(1, null, 2, 3), struct(null, null), struct(1, null)), map('nullValue', 'N'));
select to_csv(struct(array(array(null)), map(1, array(null)), array(named_struct('a', 1, 'b', array(null, 'x')))));
select to_csv(struct(array(date'2024-01-02'), map(1, timestamp'2024-01-02 03:04:05')), map('dateFormat', 'dd', 'timestampFormat', 'HH'));
select to_csv(struct(array(X'4142'), array(interval '1' day), array('', 'a b', 'c"d'), array(), map()));
select to_csv(named_struct('a', a, 'm', m)) from values (array(1, 2), map('k', 'v')), (null, null), (array(), map('l', null)) t(a, m);
select to_csv(struct(array(parse_json('1'))));
select to_csv(struct(map('a', parse_json('1'))));
select from_csv('', 'a string, b int, _corrupt_record string'), from_csv('  ', 'a string, b int, _corrupt_record string');
