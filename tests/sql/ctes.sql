-- Common table expressions that several read, each with conditions of its own.
create temporary view yields as select * from values
  (2021, 'wheat', 10, 'a'), (2021, 'rye', 7, 'b'), (2022, 'wheat', 12, 'a'), (2022, 'rye', null, 'c'), (2023, 'oats', 3, null), (null, 'oats', 8, 'c')
  as yields(year, crop, tons, farm);

with totals as (select year, crop, sum(tons) as tons from yields group by year, crop)
select a.crop, a.tons, b.tons from totals a join totals b on a.crop = b.crop where a.year = 2021 and b.year = 2022 order by all;
-- one reader asks for less of a column, or for nothing
with t as (select * from yields) select a.crop, b.year from t a join t b on a.crop = b.crop where a.year = 2021 and b.year > 2020 and b.tons > 5 order by all;
with t as (select * from yields) select a.crop, count(*) from t a join t b on a.crop = b.crop where a.year = 2021 group by a.crop order by all;
with t as (select * from yields) select (select max(tons) from t), (select min(tons) from t where year = 2022), count(*) from t where year = 2021;
-- conditions over computed columns, over several columns, and on what an outer join pads
with t as (select upper(crop) as crop, year + 1 as next, tons from yields)
select a.crop, a.next, b.next from t a left join t b on a.crop = b.crop and b.next = 2023 where a.next = 2022 order by all;
with t as (select * from yields) select a.crop from t a join t b on a.farm = b.farm where a.year < a.tons + 2020 and b.year < b.tons + 2020 order by all;
with t as (select * from yields) select a.crop, b.farm from t a left join t b on a.crop = b.crop where a.year = 2022 and b.farm is null order by all;
-- unions and windows below, readers in each other's definitions
with both as (select 's' as kind, year, tons from yields union all select 't', year, tons * 2 from yields),
     late as (select * from both where year = 2022 and kind = 's')
select x.kind, x.tons, y.tons from both x join late y on x.tons > y.tons where x.kind = 't' and x.year = 2022 order by all;
with ranked as (select crop, year, tons, row_number() over (partition by crop order by tons) as place from yields)
select a.crop, a.tons, b.tons from ranked a join ranked b on a.crop = b.crop and a.place = b.place - 1 where a.crop in ('rye', 'oats') and b.crop <> 'rye' order by all;
with t as (select * from yields) select * from t where year = 2021 and crop in (select crop from t where year = 2022 and tons is not null) order by all;
-- a condition that fails on rows that its reader leaves out first
with t as (select crop, tons from yields where tons > 9) select a.crop from t a join t b on a.crop = b.crop where 100 / (a.tons - 7) > 1 and 100 / (b.tons - 7) > 1 order by all;
