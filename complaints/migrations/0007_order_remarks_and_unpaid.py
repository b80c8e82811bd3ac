"""Versions of order remarks, promises of shipping, unpaid orders with their chases."""

import django.db.models.deletion
from django.db import migrations, models

from portal.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("complaints", "0006_writers")]

    operations = [
        append_only("complaints_orderremark"),
        append_only("complaints_shippingpromise"),
        append_only("complaints_unpaidchase"),
    ]
