-- The sqltool domain has no tables yet; its database exists so that health can check it.
SELECT 1;
