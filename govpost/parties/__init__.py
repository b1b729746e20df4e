"""Citizens, enterprises, departments, staff, couriers, their roles and mandates: who a person is and what they may do."""
