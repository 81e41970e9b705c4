from chassis import migrations
from services.kpi import service

migrations.run(service.metadata)
