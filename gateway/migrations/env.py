from chassis import migrations
from gateway import service

migrations.run(service.metadata)
