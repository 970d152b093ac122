from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("experiments", "0003_fleet"),
    ]

    operations = [
        migrations.AddField(
            model_name="snapshot",
            name="last_call",
            field=models.TextField(db_default="", default=""),
        ),
    ]
