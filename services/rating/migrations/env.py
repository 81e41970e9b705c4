from chassis import migrations
from services.rating import service

migrations.run(service.metadata)
