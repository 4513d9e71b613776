// DashboardFiles
