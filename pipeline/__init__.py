"""Where people and machine meet: photos in, crops, jobs, the loop, analyses, desk and exports."""
