/** The page at `/docs`: Swagger UI over `/openapi.json`, with nothing loaded from elsewhere. */

export const docsPage = `<!doctype html>
<html lang="en">
	<head>
		<meta charset="utf-8" />
		<meta name="viewport" content="width=device-width, initial-scale=1" />
		<title>Agentic Edge API</title>
		<link rel="stylesheet" href="/docs/swagger-ui.css" />
		<link rel="icon" type="image/png" href="/docs/favicon-32x32.png" />
	</head>
	<body>
		<div id="swagger-ui"></div>
		<script src="/docs/swagger-ui-bundle.js"></script>
		<script src="/docs/start.js"></script>
	</body>
</html>
`;

export const docsScript = `SwaggerUIBundle({
	url: "/openapi.json",
	dom_id: "#swagger-ui",
	deepLinking: true,
	docExpansion: "none",
	displayRequestDuration: true,
	filter: true,
	tryItOutEnabled: true,
	validatorUrl: null,
});
`;
