-- Each span that is new widens its trace; one that is delivered twice inserts nothing, and so counts once.
CREATE TRIGGER summarise_trace AFTER INSERT ON observability_events
BEGIN
	INSERT INTO traces (trace_id, user_id, start_time, end_time, span_count, error_count, root)
	VALUES (
		new.trace_id, new.user_id, new.start_time, new.end_time, 1, new.status = 'error',
		json_array(
			printf('%d%016d%016d', new.parent_span_id IS NOT NULL, new.start_time, 8640000000000000 - new.end_time),
			new.operation_name, new.service_name
		)
	)
	ON CONFLICT DO UPDATE SET
		start_time = min(start_time, excluded.start_time),
		end_time = max(end_time, excluded.end_time),
		span_count = span_count + 1,
		error_count = error_count + excluded.error_count,
		root = min(root, excluded.root);
END;
