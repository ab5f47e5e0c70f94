-- Whether something is NULL that cannot be is known without computing it, even where that would fail.
select count(*) from range(3) where coalesce(cast(raise_error('x') as string), '') is null;
select count(*) from range(3) where nvl(1 / id, 0) is not null;
select count(*) from (select explode(array(1, 2)) as c) where c is null;
select a.id, b.id is null from range(3) a left join range(1) b on a.id = b.id order by 1;
select count(*) from range(3) a left join (select id, 1 as one from range(1)) b on a.id = b.id where b.one is null;
select isnotnull(struct(id)), id is null from range(1);
