from chassis import migrations
from services.postal import service

migrations.run(service.metadata)
