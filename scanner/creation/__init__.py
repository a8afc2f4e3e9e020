"""What Azure makes of resources that do not exist yet: what it fills in when it creates what a plan or template says.

It works on rows of ARM JSON and imports the model, domain and evidence; sources that read code use it. Whatever it
cannot tell for certain it leaves unknown.
"""
