-- Dates in format_string: a number is milliseconds since the epoch, in the calendar that history used.
SELECT format_string('%1$tB %1$tb %1$th|%1$tA %1$ta|%1$tC|%1$tY|%1$ty|%1$tj|%1$tm|%1$td|%1$te', 1577883723456L);
SELECT format_string('%1$tH|%1$tI|%1$tk|%1$tl|%1$tM|%1$tS|%1$tL|%1$tN|%1$tp|%1$tz|%1$tZ|%1$ts|%1$tQ', 1577883723456L);
SELECT format_string('%1$tR|%1$tT|%1$tr|%1$tD|%1$tF|%1$tc|%1$Tc|%1$TB', 1577883723456L);
SELECT format_string('%1$tF|%2$tF|%3$tj|%4$tY', -12219292800001L, -12219292800000L, -12212553600000L, -99999999999999L);
SELECT format_string('%1$tC|%1$tY|%1$ty|%1$tj|%1$ts|%1$tQ|%1$tc', -9223372036854775808L);
SELECT format_string('%tY-%<tm-%<td|%12tF|%-12tF|', 0L, 0L, 0L), format_string('%tF %TF', null, null);
SELECT format_string('%tF', a) FROM VALUES (0L), (NULL), (1577883723456L) AS t(a);
SELECT format_string('%tY', 1);
SELECT format_string('%tX', 0L);
SELECT format_string('%.3tY', 0L);
SELECT format_string('%+tY', 0L);
SELECT format_string('%-tY', 0L);
-- The argument of the directive before, letters beyond ASCII, and what Java's Formatter refuses.
SELECT format_string('%s %<s %s %2$s', 'a', 'b'), format_string('%S %C|%10S|', 'éß', 233, 'é'), format_string('%5%|%-5%|');
SELECT format_string('%<s', 'a');
SELECT format_string('%--5d', 1);
SELECT format_string('%-05d', 1);
SELECT format_string('%+ 5d', 1);
SELECT format_string('%+x', 1);
SELECT format_string('%c', -1);
SELECT format_string('%5n');
SELECT format_string('%.s', 1);
SELECT format_string('%#.0f', 1.0D);
